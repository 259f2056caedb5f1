import { fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Child = {
  /** What it said first. */
  readonly hello: unknown;
  /** Says something and resolves to what is said to it. Rejects if the process ends instead. */
  readonly ask: (message: Serializable) => Promise<unknown>;
  readonly end: () => void;
};

/** Starts a script of this folder in a process of its own; it ends with this one. */
export const startChild = async (script: string, ...args: string[]): Promise<Child> => {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    serialization: 'advanced',
    execArgv: ['--import', 'tsx'], // A test's own process has other flags.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  const said = async (): Promise<unknown> => {
    const ended = new AbortController();
    const { signal } = ended;
    const exit = once(child, 'exit', { signal }).then(() => {
      throw new Error(`${script} ended before it answered.`);
    });
    try {
      const [message] = (await Promise.race([once(child, 'message', { signal }), exit])) as [unknown];
      return message;
    } finally {
      exit.catch(() => undefined); // the abort of it
      ended.abort();
    }
  };
  return {
    hello: await said(),
    ask: (message) => {
      const answer = said();
      child.send(message);
      return answer;
    },
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
};
