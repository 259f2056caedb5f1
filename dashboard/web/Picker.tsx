import { useSignal } from '@preact/signals';
import type { Target } from '../../fanout/client/telemetryClient.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import {
  isWatched,
  labelOf,
  targetFrom,
  targetKinds,
  withoutTarget,
  withTarget,
  type TargetKind,
} from './view.ts';
import { setView, view } from './viewSignal.ts';

/** Names to offer: what the server suggests, and what was seen. */
const namesOf = (kind: TargetKind, { devices }: Store, { config }: Session): string[] => {
  const suggested = config.value?.suggestions;
  const latest = devices.value.map(({ known }) => known.latest);
  const names = {
    region: () => [...(suggested?.regions ?? []), ...latest.map(({ region }) => region)],
    type: () => [...(suggested?.types ?? []), ...latest.flatMap(({ deviceType }) => deviceType ?? [])],
    device: () => latest.map(({ deviceId }) => deviceId),
  };
  return [...new Set(names[kind]())];
};

const Watched = ({ target, refusal }: { target: Target; refusal: string | undefined }) => (
  <li class={refusal === undefined ? 'chip' : 'chip refused'} title={refusal}>
    <span class="name">{labelOf(target)}</span>
    {refusal !== undefined && <span class="name">: {refusal}</span>}
    <button
      type="button"
      aria-label={`Stop watching ${labelOf(target)}`}
      onClick={() => setView(withoutTarget(view.value, target))}
    >
      ×
    </button>
  </li>
);

/** Up to 6 suggestions that are not watched yet, one click each. */
const Suggested = ({ session }: { session: Session }) => {
  const { regions = [], types = [] } = session.config.value?.suggestions ?? {};
  const targets: Target[] = [...regions.map((region) => ({ region })), ...types.map((type) => ({ type }))];
  const fresh = targets.filter((target) => !isWatched(view.value, target)).slice(0, 6);
  return fresh.map((target) => (
    <li key={labelOf(target)}>
      <button type="button" class="suggestion" onClick={() => setView(withTarget(view.value, target))}>
        + {labelOf(target)}
      </button>
    </li>
  ));
};

const Add = ({ store, session }: { store: Store; session: Session }) => {
  const kind = useSignal<TargetKind>('region');
  const text = useSignal('');
  const wrong = useSignal(false);
  const add = (event: Event): void => {
    event.preventDefault();
    const target = targetFrom(kind.value, text.value);
    wrong.value = target === undefined;
    if (target === undefined) return;
    setView(withTarget(view.value, target));
    text.value = '';
  };
  return (
    <form class="add" onSubmit={add}>
      <select
        aria-label="What to watch"
        value={kind.value}
        // The options are the kinds.
        onChange={({ currentTarget }) => (kind.value = currentTarget.value as TargetKind)}
      >
        {targetKinds.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <input
        aria-label={`Name of the ${kind.value}`}
        aria-invalid={wrong.value}
        aria-describedby="name-rule"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        list="names"
        maxLength={128}
        placeholder="name"
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      <datalist id="names">
        {namesOf(kind.value, store, session).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="submit">Watch</button>
      <p id="name-rule" class={wrong.value ? 'wrong' : 'unseen'}>
        A name has letters, digits and : _ - only.
      </p>
    </form>
  );
};

export const Picker = ({ store, session }: { store: Store; session: Session }) => (
  <section class="picker" aria-label="What you watch">
    <ul class="chips">
      {view.value.targets.map((target) => (
        <Watched key={labelOf(target)} target={target} refusal={session.refused.value.get(labelOf(target))} />
      ))}
      <Suggested session={session} />
    </ul>
    <Add store={store} session={session} />
  </section>
);
