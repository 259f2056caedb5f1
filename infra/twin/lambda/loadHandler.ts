import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A failure with the error type that Lambda's Node.js runtime gives it. */
export class RuntimeError extends Error {
  constructor(type: string, message: string) {
    super(message);
    this.name = type;
  }
}

export type Handler = (event: unknown, context: unknown) => unknown;

/**
 * Finds `file.export` under `code`: `.js`, then `.mjs`, then `.cjs`, folders and dotted exports allowed. Throws
 * RuntimeError in the words of the aws-lambda-nodejs-runtime-interface-client (UserFunction.js).
 */
export const loadHandler = async (code: string, handler: string): Promise<Handler> => {
  const [, file, exported] = /^(.*?[^/.][^/.]*)\.(.+)$/.exec(handler) ?? [];
  if (file === undefined || exported === undefined || handler.includes('..')) {
    throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  }
  const found = pick(await load(code, file), exported);
  if (found === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  }
  if (found.length > 2) throw new RuntimeError('Runtime.CallbackHandlerDeprecated', callbacksRemoved);
  // A function of at most two parameters; what it does with them is its own affair.
  return found as Handler;
};

const callbacksRemoved =
  'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'Make the handler an async function.';

const pick = (module: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], module);

const load = async (code: string, file: string): Promise<unknown> => {
  const path = ['.js', '.mjs', '.cjs']
    .map((ending) => join(code, file + ending))
    .find((name) => existsSync(name));
  if (path === undefined) {
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  }
  try {
    return await importFile(code, path);
  } catch (error) {
    throw importError(error);
  }
};

const importError = (error: unknown): unknown => {
  if (error instanceof SyntaxError) return new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
  const code = (error as { code?: unknown } | null | undefined)?.code;
  const missing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  return missing ? new RuntimeError('Runtime.ImportModuleError', String(error)) : error;
};

const importFile = async (code: string, path: string): Promise<unknown> => {
  if (path.endsWith('.js') && !existsSync(join(code, 'package.json'))) {
    readJsAsCommonJs(code);
    return createRequire(path)(path);
  }
  const module = (await import(pathToFileURL(path).href)) as { default?: object };
  return { ...module.default, ...module };
};

/**
 * On Lambda nothing lies above the code, so `.js` is CommonJS unless the asset says otherwise. Here a package.json
 * above the asset may say `"type": "module"`; it must not decide.
 */
const readJsAsCommonJs = (code: string): void => {
  const { _extensions: extensions } = Module as unknown as {
    _extensions: Record<
      string,
      (module: { _compile: (text: string, name: string) => void }, name: string) => void
    >;
  };
  const usual = extensions['.js'];
  extensions['.js'] = (module, name) => {
    if (!name.startsWith(code + sep) || name.includes(`${sep}node_modules${sep}`))
      return usual?.(module, name);
    module._compile(readFileSync(name, 'utf8'), name);
  };
};
