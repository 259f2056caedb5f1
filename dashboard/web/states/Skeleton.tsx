/** What the fleet will look like; not before a second has passed, and for the eye alone. */
export const Skeleton = ({ words }: { words: string }) => (
  <div class="skeleton">
    <p class="quiet-text" role="status">
      {words}
    </p>
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
