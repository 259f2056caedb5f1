import { useEffect, useRef, useState } from 'preact/hooks';

const thanksMs = 4_000;

/** Whether it is in the clipboard. Without https, and where it is not allowed, there is none. */
const copy = async (text: string): Promise<boolean> => {
  try {
    // Absent without https, whatever its type says.
    await (navigator.clipboard as Clipboard | undefined)?.writeText(text);
    return 'clipboard' in navigator;
  } catch {
    return false;
  }
};

/** Copies; where that cannot be, shows the text selected, to be copied by hand. */
export const CopyButton = ({ text, what, children }: { text: string; what: string; children: string }) => {
  const [came, setCame] = useState<'copied' | 'shown' | undefined>();
  const shown = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (came === 'shown') shown.current?.select();
    if (came !== 'copied') return undefined;
    const timer = setTimeout(() => setCame(undefined), thanksMs);
    return () => clearTimeout(timer);
  }, [came]);
  return (
    <div class="row copy">
      <button
        type="button"
        onClick={() => void copy(text).then((isCopied) => setCame(isCopied ? 'copied' : 'shown'))}
      >
        {children}
      </button>
      <span class="small" role="status">
        {came === 'copied' && `${what} copied.`}
        {came === 'shown' && 'Copy it by hand:'}
      </span>
      {came === 'shown' && <input ref={shown} readOnly value={text} aria-label={what} />}
    </div>
  );
};
