/** What the fleet will look like; not before a second has passed, and for the eye alone. */
export const Skeleton = ({ words, problem }: { words: string; problem?: string | undefined }) => (
  <div class="skeleton">
    <p class="quiet-text" role="status">
      {words}
    </p>
    {problem !== undefined && <p class="small wrap">{problem}</p>}
    <div class="skeleton-tiles" aria-hidden="true">
      {Array.from({ length: 6 }, (_, n) => (
        <div key={n} class="card skeleton-tile">
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  </div>
);
