/** The shell blocks of a document, indented or not. */
const blocksIn = (markdown: string): string[] =>
  [...markdown.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].map(([, , block = '']) => block);

/** What a document says in backticks within its text. */
const quotedIn = (markdown: string): string[] =>
  [...markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, text = '']) => text,
  );

/** The words of one command; quotes hold words together, and a comment is none. */
const wordsOf = (line: string): string[] => {
  const words = [...line.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s'"])+/g)].map(([word]) => word);
  const comment = words.findIndex((word) => word.startsWith('#'));
  return (comment === -1 ? words : words.slice(0, comment)).map((word) =>
    word.replace(
      /"((?:\\.|[^"\\])*)"|'([^']*)'/g,
      (_, double?: string, single = '') => double ?? String(single),
    ),
  );
};

/**
 * The commands of a document that begin with one of these words, each as its words: of shell blocks, and of what stands in
 * backticks. A line that ends with `\` goes on in the next.
 */
export const commandsIn = (markdown: string, ...programs: readonly string[]): string[][] =>
  [...blocksIn(markdown).flatMap((block) => block.replace(/\\\n/g, ' ').split('\n')), ...quotedIn(markdown)]
    .map((line) => line.trim())
    .flatMap((line) => [
      line,
      ...[...line.matchAll(/(?:\$\(|\{ )(aws .*?)(?:\)|; \})/g)].map(([, inner = '']) => inner),
    ])
    .map(wordsOf)
    .filter(([program = '', next]) => programs.includes(program) && next !== undefined);
