import type { Clock } from '../clock.ts';
import type { Tally } from '../tally.ts';
import type { Behaviour, BehaviourKind, Spell } from './behaviour.ts';
import type { Manners, Utterance } from './manners.ts';
import { underSpell } from './spells.ts';

type Ports = { readonly clock: Clock; readonly tally: Pick<Tally, 'behaved'> };

/** What can be done to a device; each but `send` returns what undoes it. */
export type Victim = {
  /** Takes its network away. */
  readonly away: () => () => void;
  /** Switches it off; on again with the next boot. */
  readonly reboot: () => () => void;
  /** Multiplies its rate. */
  readonly cry: (factor: number) => () => void;
  /** Makes it present what the broker does not accept. */
  readonly presentWrongly: () => () => void;
  /** Lets it send what a behaviour kept back. */
  readonly send: (utterances: readonly Utterance[]) => void;
};

/** How long a network that flaps is away, and a device that reboots by default. */
const flapMs = 200;
const rebootMs = 2_000;

/** Does to a device, or to its manners, what a behaviour says. Returns what ends it. */
export const trouble =
  ({ clock, tally }: Ports, victim: Victim) =>
  (manners: Manners, behaviour: Behaviour, seed: number): (() => void) => {
    const during = (spell: Spell, kind: BehaviourKind, begin: () => () => void): (() => void) =>
      underSpell(clock, { seed, spell }, () => {
        tally.behaved(kind);
        return begin();
      });
    switch (behaviour.kind) {
      case 'offline':
        return during(behaviour, 'offline', victim.away);
      case 'flapping':
        return during({ forMs: flapMs, everyMs: behaviour.everyMs }, 'flapping', victim.away);
      case 'reboot':
        return during({ forMs: rebootMs, ...behaviour }, 'reboot', victim.reboot);
      case 'crying':
        return during(behaviour, 'crying', () => victim.cry(behaviour.factor));
      case 'refused':
        return victim.presentWrongly();
      default: {
        const takeOff = manners.adopt(behaviour, seed);
        return () => victim.send(takeOff());
      }
    }
  };
