import { formatNumber } from '../format.ts';
import { healths } from '../view/view.ts';
import { changeView, view } from '../view/viewSignal.ts';
import { countsText } from './healthWords.ts';
import { regionPrefix } from './listed.ts';
import type { Region } from './regions.ts';

/** Shares as bars of SVG: a style attribute would need a Content-Security-Policy that allows any. */
const Shares = ({ region }: { region: Region }) => {
  let from = 0;
  return (
    <svg class="shares" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      {healths.map((health) => {
        const width = (100 * region[health]) / region.total;
        const bar = <rect key={health} data-health={health} x={from} width={width} height="6" />;
        from += width;
        return bar;
      })}
    </svg>
  );
};

const findOf = (name: string): string => `${regionPrefix}${name}`;
const isFound = (name: string): boolean => view.value.find === findOf(name);

/** Every region with how its devices are. A click shows those alone, another one all again. */
export const RegionBar = ({ regions, isKnown }: { regions: readonly Region[]; isKnown: boolean }) => (
  <ul class="regions" aria-label="Regions">
    {regions.map((region) => (
      <li key={region.name}>
        <button
          type="button"
          class="card region"
          aria-pressed={isFound(region.name)}
          onClick={() => changeView({ find: isFound(region.name) ? '' : findOf(region.name) })}
        >
          <span class="row">
            <strong class="clip">{region.name}</strong>
            <span class="total">{formatNumber(region.total, 0)}</span>
          </span>
          <Shares region={region} />
          <span class="small quiet-text clip">
            {isKnown ? countsText(region) : `last known: ${countsText(region)}`}
          </span>
        </button>
      </li>
    ))}
  </ul>
);
