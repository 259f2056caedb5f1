import { formatNumber } from '../format.ts';
import { healths, sizes, sorts, type Size, type Sort } from '../view/view.ts';
import { changeView, view } from '../view/viewSignal.ts';
import { healthWords } from './healthWords.ts';

const sortWords: Readonly<Record<Sort, string>> = {
  name: 'by name',
  region: 'by region',
  type: 'by type',
  trouble: 'trouble first',
};

const sizeWords: Readonly<Record<Size, string>> = { tile: 'as tiles', cell: 'as small cells' };

export const Toolbar = ({ shown, total }: { shown: number; total: number }) => (
  <div class="toolbar" role="search" aria-label="Devices">
    <input
      type="search"
      class="find"
      aria-label="Find devices by name, type or region"
      placeholder="Find by name, type or region"
      autocomplete="off"
      spellcheck={false}
      maxLength={200}
      value={view.value.find}
      onInput={({ currentTarget }) => changeView({ find: currentTarget.value })}
    />
    <select
      aria-label="Which devices"
      value={view.value.only ?? ''}
      onChange={({ currentTarget }) =>
        changeView({ only: healths.find((health) => health === currentTarget.value) })
      }
    >
      <option value="">all</option>
      {healths.map((health) => (
        <option key={health} value={health}>
          {healthWords[health]}
        </option>
      ))}
    </select>
    <select
      aria-label="Order"
      value={view.value.sort}
      onChange={({ currentTarget }) =>
        changeView({ sort: sorts.find((sort) => sort === currentTarget.value) ?? 'name' })
      }
    >
      {sorts.map((sort) => (
        <option key={sort} value={sort}>
          {sortWords[sort]}
        </option>
      ))}
    </select>
    <select
      aria-label="Size"
      value={view.value.size}
      onChange={({ currentTarget }) =>
        changeView({ size: sizes.find((size) => size === currentTarget.value) ?? 'tile' })
      }
    >
      {sizes.map((size) => (
        <option key={size} value={size}>
          {sizeWords[size]}
        </option>
      ))}
    </select>
    <p class="small quiet-text count" role="status">
      {shown === total
        ? `${formatNumber(total, 0)} ${total === 1 ? 'device' : 'devices'}`
        : `${formatNumber(shown, 0)} of ${formatNumber(total, 0)} devices`}
    </p>
  </div>
);
