import { useId, useState } from 'preact/hooks';
import { formatNumber } from '../format.ts';
import type { Store } from '../fleet/store.ts';
import type { Session } from '../session/session.ts';
import {
  isWatched,
  labelOf,
  mostWatches,
  targetFrom,
  targetKinds,
  withWatch,
  type Watch,
} from '../view/view.ts';
import { setView, view } from '../view/viewSignal.ts';
import { Field } from './Field.tsx';
import { emptyDraft, parseDraft, type DraftErrors } from './parseDraft.ts';
import { namesFor, unwatched } from './suggest.ts';
import { WishFields } from './WishFields.tsx';

/** So many are one click away. */
const offered = 8;

export const isFull = (): boolean => view.value.watches.length >= mostWatches;

const Offers = ({ offers, add }: { offers: readonly Watch[]; add: (watch: Watch) => void }) =>
  offers.length === 0 ? null : (
    <ul class="row offers" aria-label="Not watched yet">
      {offers.slice(0, offered).map((watch) => (
        <li key={labelOf(watch.to)}>
          <button type="button" class="clip" onClick={() => add(watch)}>
            + {labelOf(watch.to)}
          </button>
        </li>
      ))}
    </ul>
  );

/** A further target, by one click or in full. */
export const AddWatch = ({
  store,
  session,
  told,
}: {
  store: Store;
  session: Session;
  told: (what: string) => void;
}) => {
  const id = useId();
  const [kind, setKind] = useState(targetKinds[0] ?? 'region');
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(emptyDraft);
  const [errors, setErrors] = useState<(DraftErrors & { name?: string | undefined }) | undefined>();

  const suggestions = session.config.value?.suggestions;
  const devices = store.devices.value;

  const add = (watch: Watch): void => {
    setView(withWatch(view.value, watch));
    told(`${labelOf(watch.to)} added.`);
  };

  const submit = (event: Event): void => {
    event.preventDefault();
    const to = targetFrom(kind, name);
    const read = parseDraft(draft);
    const noName = 'Give a name of 1 to 128 letters, digits, “:”, “_” or “-”.';
    if (to === undefined || !read.ok) {
      const ofDraft = read.ok ? { conditions: [] } : read.errors;
      setErrors({ ...ofDraft, name: to === undefined ? noName : undefined });
      return;
    }
    const watch = { to, ...read.wish };
    if (isWatched(view.value, watch)) {
      setErrors({ conditions: [], name: 'This is watched already.' });
      return;
    }
    add(watch);
    setErrors(undefined);
    setName('');
    setDraft(emptyDraft);
  };

  if (isFull())
    return (
      <p class="small full">
        {formatNumber(mostWatches, 0)} watches are the most: a connection has room for one more, which is kept
        for the device that you open. Remove one to add another.
      </p>
    );
  return (
    <section class="stack" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Watch more</h3>
      <Offers offers={unwatched(view.value.watches, suggestions, devices)} add={add} />
      <form class="stack watch-form" noValidate onSubmit={submit}>
        <div class="target">
          <div class="field">
            <label for={`${id}-kind`} class="small">
              What
            </label>
            <select
              id={`${id}-kind`}
              value={kind}
              onChange={({ currentTarget }) =>
                setKind(targetKinds.find((one) => one === currentTarget.value) ?? 'region')
              }
            >
              {targetKinds.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </div>
          <Field
            id={`${id}-name`}
            label="Name"
            list={`${id}-names`}
            value={name}
            error={errors?.name}
            onText={setName}
          />
          <datalist id={`${id}-names`}>
            {namesFor(kind, name, suggestions, devices).map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </div>
        <WishFields id={id} draft={draft} errors={errors} change={setDraft} />
        <button type="submit" class="primary">
          Watch
        </button>
      </form>
    </section>
  );
};
