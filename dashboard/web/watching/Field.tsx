import type { ComponentChildren } from 'preact';

/** An input with its name above and what is wrong with it below. */
export const Field = ({
  id,
  label,
  value,
  error,
  onText,
  placeholder = '',
  list,
  isNumber = false,
  children,
}: {
  id: string;
  label: string;
  value: string;
  error?: string | undefined;
  onText: (text: string) => void;
  placeholder?: string;
  /** The id of a datalist. */
  list?: string;
  isNumber?: boolean;
  /** Beside the input. */
  children?: ComponentChildren;
}) => (
  <div class="field">
    <label for={id} class="small">
      {label}
    </label>
    <div class="field-line">
      <input
        type="text"
        id={id}
        value={value}
        placeholder={placeholder}
        list={list}
        inputMode={isNumber ? 'decimal' : 'text'}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-wrong`}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      {children}
    </div>
    {error !== undefined && (
      <p id={`${id}-wrong`} class="small wrong wrap">
        {error}
      </p>
    )}
  </div>
);
