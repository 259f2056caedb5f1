import { useEffect, useRef } from 'preact/hooks';
import { limits } from '../../../fanout/limits.ts';
import { Field } from './Field.tsx';
import type { Draft, DraftErrors } from './parseDraft.ts';

const replaced = (all: readonly string[], at: number, text: string): string[] =>
  all.map((one, n) => (n === at ? text : one));

/** Conditions and the rate, as somebody types them. */
export const WishFields = ({
  id,
  draft,
  errors,
  change,
}: {
  id: string;
  draft: Draft;
  errors: DraftErrors | undefined;
  change: (draft: Draft) => void;
}) => {
  const { conditions, maxRate } = draft;
  const set = (next: readonly string[]): void => change({ ...draft, conditions: next });
  const list = useRef<HTMLFieldSetElement>(null);
  const before = useRef(conditions.length);
  useEffect(() => {
    // Where one was added, somebody wants to write it.
    const inputs = list.current?.querySelectorAll('input');
    if (conditions.length > before.current) inputs?.[inputs.length - 1]?.focus();
    before.current = conditions.length;
  }, [conditions.length]);
  return (
    <>
      <fieldset ref={list} class="conditions">
        <legend class="small">Only readings for which all of this holds</legend>
        {conditions.map((text, n) => (
          <Field
            key={n}
            id={`${id}-condition-${n}`}
            label={`Condition ${n + 1}`}
            placeholder="temperature>20"
            value={text}
            error={errors?.conditions[n]}
            onText={(typed) => set(replaced(conditions, n, typed))}
          >
            <button
              type="button"
              class="quiet icon"
              aria-label={`Remove condition ${n + 1}`}
              onClick={() => set(conditions.filter((_, at) => at !== n))}
            >
              ✕
            </button>
          </Field>
        ))}
        {conditions.length < limits.conditions ? (
          <button type="button" class="quiet add" onClick={() => set([...conditions, ''])}>
            + Condition
          </button>
        ) : (
          <p class="small quiet-text">{limits.conditions} conditions are the most.</p>
        )}
      </fieldset>
      <Field
        id={`${id}-rate`}
        label="At most so many a second of each device"
        isNumber
        placeholder="every reading"
        value={maxRate}
        error={errors?.maxRate}
        onText={(text) => change({ ...draft, maxRate: text })}
      />
    </>
  );
};
