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

const Choice = <T extends string>({
  label,
  options,
  words,
  chosen,
  choose,
}: {
  label: string;
  options: readonly T[];
  words: (option: T) => string;
  chosen: T;
  choose: (option: T) => void;
}) => (
  <select
    aria-label={label}
    value={chosen}
    onChange={({ currentTarget }) => {
      const option = options.find((one) => one === currentTarget.value);
      if (option !== undefined) choose(option);
    }}
  >
    {options.map((option) => (
      <option key={option} value={option}>
        {words(option)}
      </option>
    ))}
  </select>
);

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
    <Choice
      label="Which devices"
      options={['all', ...healths] as const}
      words={(health) => (health === 'all' ? 'all' : healthWords[health])}
      chosen={view.value.only ?? 'all'}
      choose={(health) => changeView({ only: health === 'all' ? undefined : health })}
    />
    <Choice
      label="Order"
      options={sorts}
      words={(sort) => sortWords[sort]}
      chosen={view.value.sort}
      choose={(sort) => changeView({ sort })}
    />
    <Choice
      label="Size"
      options={sizes}
      words={(size) => sizeWords[size]}
      chosen={view.value.size}
      choose={(size) => changeView({ size })}
    />
    <p class="small quiet-text count" role="status">
      {shown === total
        ? `${formatNumber(total, 0)} ${total === 1 ? 'device' : 'devices'}`
        : `${formatNumber(shown, 0)} of ${formatNumber(total, 0)} devices`}
    </p>
  </div>
);
