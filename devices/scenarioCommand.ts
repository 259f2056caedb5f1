import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';

import { DevicesError } from './devicesError.ts';
import { fileTrouble } from './fileTrouble.ts';
import { readScenario } from './scenario/readScenario.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { Screen } from './screen.ts';
import { withoutSecrets } from './withoutSecrets.ts';

type Options = {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly out?: string;
};

type Io = { readonly out: Screen; readonly signal: AbortSignal };

const examples = `
Examples:
  $ npm run devices -- scenario devices/scenarios/hello.yaml                   15 seconds, on a twin of its own
  $ npm run devices -- scenario devices/scenarios/bad-tuesday.yaml --dry-run   what would happen, and when
  $ npm run devices -- scenario devices/scenarios/bad-tuesday.yaml --out ledger/tuesday
  $ npm run devices -- scenario my.yaml --json > result.ndjson                 one JSON object a line

Exit codes: 0 every expectation held; 1 one failed, or the system could not be reached; 2 bad usage or a bad file.
What may stand in the file: docs/scenarios.md
`;

const noFolder = (out: string, why: string): DevicesError =>
  new DevicesError('bad_usage', `No ledger can be kept in ${out}: ${why}; give another folder with --out.`);

/** Makes the folder that was asked for, and sees that something can be written there, before anything is started. */
const madeFolder = (out: string): string => {
  if (existsSync(join(out, 'scene.json'))) throw noFolder(out, 'it holds the ledger of another run');
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
    return out;
  } catch (error) {
    throw noFolder(out, fileTrouble(error));
  }
};

/** Where the ledger goes, and what takes it away again; given by the user, it stays. */
const folderFor = (out: string | undefined): { folder: string; remove: () => void } => {
  if (out !== undefined) return { folder: madeFolder(out), remove: () => undefined };
  const root = mkdtempSync(join(tmpdir(), 'scenario-'));
  return { folder: join(root, 'ledger'), remove: () => rmSync(root, { recursive: true, force: true }) };
};

const play = async (
  scenario: Scenario,
  { json, out }: Options,
  { out: screen, signal }: Io,
): Promise<void> => {
  const { folder, remove } = folderFor(out);
  // Not at the top: --help, --dry-run and mistakes need not wait for MQTT and WebSocket clients.
  const [
    { runScenario },
    { stopped },
    { factsOf },
    { judgeExpectation },
    { scenarioDisplay },
    { failureText },
  ] = await Promise.all([
    import('./scenario/runScenario.ts'),
    import('./scenario/stopped.ts'),
    import('./scenario/facts.ts'),
    import('./scenario/judgeExpectation.ts'),
    import('./scenario/scenarioDisplay.ts'),
    import('./scenario/words.ts'),
  ]);
  const display = scenarioDisplay(screen, json === true);
  display.start(scenario);
  try {
    const { stage: onStage, moment: onMoment, momentMs } = display;
    const facts = factsOf(
      scenario,
      await runScenario(scenario, { folder, signal, onStage, onMoment, momentMs }),
    );
    const judged = (facts.isStopped ? [] : scenario.expectations).map((one) => judgeExpectation(facts, one));
    display.result(facts, judged);
    if (facts.isStopped) throw stopped();
    if (judged.some(({ holds }) => !holds))
      throw new DevicesError('expectation_failed', failureText(scenario, judged));
  } finally {
    display.clear();
    remove();
  }
};

/** What may be printed of it: urls may have passwords in them. */
const printable = ({ system, ...rest }: Scenario): Scenario => ({
  ...rest,
  system:
    system.kind === 'twin'
      ? system
      : {
          ...system,
          broker: system.broker && withoutSecrets(system.broker),
          webSocketUrl: withoutSecrets(system.webSocketUrl),
        },
});

const run = async (file: string, options: Options, io: Io): Promise<void> => {
  const scenario = await readScenario(file);
  if (options.dryRun !== true) return play(scenario, options, io);
  const { timelineOf } = await import('./scenario/timeline.ts');
  io.out.write(
    options.json === true
      ? `${JSON.stringify({ event: 'plan', ...printable(scenario) })}\n`
      : `${timelineOf(scenario)}\n`,
  );
};

/** The `scenario` command. It shows itself on `out` and ends when `signal` aborts. */
export const scenarioCommand = (io: Io): Command =>
  new Command('scenario')
    .summary('play a story of devices, viewers and faults, and judge it')
    .description(
      'Play a scenario: fleets of devices, viewers and what goes wrong, phase by phase, on a twin of its own or on a running ' +
        'system; then judge by a ledger of every reading whether what it expects holds.',
    )
    .argument('<FILE>', 'the scenario, a YAML file')
    .option('--dry-run', 'print the timeline and do nothing')
    .option('--out <FOLDER>', "keep the ledger's files there")
    .option('--json', 'one JSON object a line: start, stage, progress each second, expectation, summary')
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .action((file: string, options: Options) => run(file, options, io));
