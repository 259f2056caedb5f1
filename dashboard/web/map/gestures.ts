import type { Point } from './projection.ts';

export type Gestures = {
  pan: (dx: number, dy: number) => void;
  zoom: (factor: number, at: Point) => void;
  tap: (at: Point) => void;
  /** Undefined: the pointer is elsewhere. */
  hover: (at: Point | undefined) => void;
  /** Somebody did what scrolls the page and moves no map. */
  wrong: (what: 'wheel' | 'finger') => void;
};

/** A press that moves less than this is a click, px. */
const clickPx = 4;

const isPageScrollable = (): boolean => document.documentElement.scrollHeight > innerHeight + 1;

/**
 * Wheel, mouse, pen and fingers. The page must remain scrollable: where it is longer than the screen, the wheel needs
 * Ctrl, and a finger alone scrolls; two of them move the map.
 *
 * @returns what ends it.
 */
export const listenForGestures = (element: HTMLElement, gestures: Gestures): (() => void) => {
  const stop = new AbortController();
  const { signal } = stop;
  const placeOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  let pressed: { at: Point; isDrag: boolean } | undefined;
  const onDown = (event: PointerEvent): void => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    pressed = { at: placeOf(event), isDrag: false };
  };
  const onMove = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') return;
    const at = placeOf(event);
    if (pressed === undefined) {
      gestures.hover(at);
      return;
    }
    const [dx, dy] = [at.x - pressed.at.x, at.y - pressed.at.y];
    if (!pressed.isDrag && Math.hypot(dx, dy) < clickPx) return;
    pressed = { at, isDrag: true };
    gestures.hover(undefined);
    gestures.pan(dx, dy);
  };
  const onUp = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') return;
    if (pressed !== undefined && !pressed.isDrag) gestures.tap(placeOf(event));
    pressed = undefined;
  };
  const onWheel = (event: WheelEvent): void => {
    if (isPageScrollable() && !event.ctrlKey && !event.metaKey) {
      gestures.wrong('wheel');
      return;
    }
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    // A pinch on a touchpad comes as small steps with Ctrl.
    const speed = event.ctrlKey ? 0.01 : 0.002;
    const delta = Math.max(-240, Math.min(240, event.deltaY * lines));
    gestures.zoom(Math.exp(-delta * speed), placeOf(event));
  };

  let fingers: { middle: Point; apart: number } | undefined;
  let touched: { at: Point; isTap: boolean } | undefined;
  const fingersOf = ({ touches }: TouchEvent): typeof fingers => {
    const [first, second] = touches;
    if (first === undefined || second === undefined) return undefined;
    const [a, b] = [placeOf(first), placeOf(second)];
    return {
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
      apart: Math.max(20, Math.hypot(a.x - b.x, a.y - b.y)),
    };
  };
  const onTouch = (event: TouchEvent): void => {
    fingers = fingersOf(event);
    const [first] = event.touches;
    touched = fingers === undefined && first !== undefined ? { at: placeOf(first), isTap: true } : undefined;
  };
  const onTouchMove = (event: TouchEvent): void => {
    const now = fingersOf(event);
    const [first] = event.touches;
    if (now === undefined) {
      const isMoved =
        touched !== undefined &&
        first !== undefined &&
        Math.hypot(placeOf(first).x - touched.at.x, placeOf(first).y - touched.at.y) > 2 * clickPx;
      if (touched?.isTap && isMoved) {
        touched.isTap = false;
        gestures.wrong('finger');
      }
      return;
    }
    if (event.cancelable) event.preventDefault();
    if (fingers !== undefined) {
      gestures.pan(now.middle.x - fingers.middle.x, now.middle.y - fingers.middle.y);
      gestures.zoom(now.apart / fingers.apart, now.middle);
    }
    fingers = now;
  };
  const onTouchEnd = (event: TouchEvent): void => {
    if (touched?.isTap && event.touches.length === 0 && event.cancelable) {
      event.preventDefault(); // No click of a mouse follows.
      gestures.tap(touched.at);
    }
    touched = undefined;
    fingers = fingersOf(event);
  };

  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', () => (pressed = undefined), { signal });
  element.addEventListener('pointerleave', () => gestures.hover(undefined), { signal });
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  element.addEventListener('touchstart', onTouch, { signal, passive: true });
  element.addEventListener('touchmove', onTouchMove, { signal, passive: false });
  element.addEventListener('touchend', onTouchEnd, { signal, passive: false });
  element.addEventListener('touchcancel', onTouchEnd, { signal, passive: true });
  return () => stop.abort();
};
