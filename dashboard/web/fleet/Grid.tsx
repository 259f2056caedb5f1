import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Session } from '../session/session.ts';
import type { Size } from '../view/view.ts';
import { lastOpen } from '../view/viewSignal.ts';
import type { Device } from './device.ts';
import { gridWindow, type GridWindow } from './gridWindow.ts';
import { Cell } from './Cell.tsx';
import { Tile } from './Tile.tsx';

const gap = 12;

const px = (style: CSSStyleDeclaration, name: string): number =>
  Number.parseFloat(style.getPropertyValue(name));

const measured = (box: HTMLElement, count: number): GridWindow => {
  const style = getComputedStyle(box);
  const { top, width } = box.getBoundingClientRect();
  return gridWindow(count, {
    width,
    height: innerHeight,
    top: -top,
    tile: { width: Math.min(width, px(style, '--tile-width')), height: px(style, '--tile-height') },
    gap,
  });
};

const isSame = (a: GridWindow, b: GridWindow): boolean =>
  Object.entries(a).every(([key, value]) => b[key as keyof GridWindow] === value); // Object.entries forgets the keys.

/** Where a key leads from a place. */
const placeAfter = (
  key: string,
  place: number,
  { columns }: GridWindow,
  count: number,
): number | undefined => {
  const page = columns * Math.max(1, Math.floor(innerHeight / 160));
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -count,
    End: count,
  };
  const move = moves[key];
  return move === undefined ? undefined : Math.min(count - 1, Math.max(0, place + move));
};

/** Tiles of which only those near the screen exist. Tab reaches one of them, the arrow keys every one. */
export const Grid = ({
  devices,
  session,
  size,
  seen,
}: {
  devices: readonly Device[];
  session: Session;
  size: Size;
  /** Is told which devices are on the screen. */
  seen: (devices: readonly Device[]) => void;
}) => {
  const box = useRef<HTMLUListElement>(null);
  const window_ = useSignal<GridWindow>({ columns: 1, rows: 0, from: 0, to: 0, seenFrom: 0, seenTo: 0 });
  const reached = useSignal(0);
  const count = devices.length;

  useLayoutEffect(() => {
    const measure = (): void => {
      if (box.current === null) return;
      const next = measured(box.current, count);
      if (!isSame(next, window_.peek())) window_.value = next;
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(document.documentElement);
    if (box.current !== null) resized.observe(box.current);
    addEventListener('scroll', measure, { passive: true });
    return () => {
      resized.disconnect();
      removeEventListener('scroll', measure);
    };
  }, [count, size]);

  const shown = window_.value;
  useLayoutEffect(() => seen(devices.slice(shown.seenFrom, shown.seenTo)), [devices, shown]);
  useLayoutEffect(() => () => seen([]), []);
  // Positions are set through CSSOM, which the Content-Security-Policy lets pass.
  useSignalEffect(() => {
    const { columns, rows, from } = window_.value;
    const style = box.current?.style;
    style?.setProperty('--columns', String(columns));
    style?.setProperty('--rows', String(rows));
    style?.setProperty('--rows-above', String(from / columns));
  });

  const focus = (place: number): void => {
    reached.value = place;
    const { columns } = window_.peek();
    const list = box.current;
    if (list === null) return;
    const pitch = px(getComputedStyle(list), '--tile-height') + gap;
    const top = list.getBoundingClientRect().top + Math.floor(place / columns) * pitch;
    if (top < 72 || top + pitch > innerHeight) scrollBy({ top: top - innerHeight / 2, behavior: 'instant' });
    // The tile exists once the scroll was heard of.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => list.querySelector<HTMLElement>(`[data-place="${place}"]`)?.focus()),
    );
  };

  // Back from a device, its tile has the focus again.
  useEffect(() => {
    const place = devices.findIndex(({ id }) => id === lastOpen.peek());
    if (place >= 0 && document.activeElement === document.body) focus(place);
    lastOpen.value = undefined;
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const from = event.target instanceof HTMLElement ? Number(event.target.dataset['place']) : NaN;
    if (Number.isNaN(from) || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = placeAfter(event.key, from, window_.peek(), count);
    if (place === undefined) return;
    event.preventDefault();
    focus(place);
  };

  const One = size === 'cell' ? Cell : Tile;
  const tabbed = reached.value >= shown.from && reached.value < shown.to ? reached.value : shown.seenFrom;
  return (
    <ul class={`grid ${size}s`} ref={box} aria-label="Devices" onKeyDown={onKeyDown}>
      {devices.slice(shown.from, shown.to).map((device, n) => (
        <One
          key={device.id}
          device={device}
          session={session}
          place={shown.from + n}
          of={count}
          isReached={shown.from + n === tabbed}
        />
      ))}
    </ul>
  );
};
