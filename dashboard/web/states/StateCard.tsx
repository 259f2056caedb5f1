import type { ComponentChildren } from 'preact';

/** In the middle of the page, instead of what cannot be shown: what is so, and what to do. */
export const StateCard = ({
  title,
  tone = 'calm',
  isLate = false,
  children,
}: {
  title: string;
  tone?: 'calm' | 'waiting' | 'wrong';
  /** Comes after a few seconds only, where nobody should see it flash by. */
  isLate?: boolean;
  children: ComponentChildren;
}) => (
  <section class={isLate ? 'card state-card late' : 'card state-card'} data-tone={tone}>
    <h3 class="wrap">{title}</h3>
    {children}
  </section>
);
