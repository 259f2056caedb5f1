import { fitsGlob } from '../glob.ts';

/**
 * Whether an ARN fits the pattern of a Resource element: `*` and `?` match within a segment, slashes too, and a `*` that
 * ends a segment reaches beyond the colon (IAM user guide, "IAM JSON policy elements: Resource").
 */
export const fitsResource = (pattern: string, arn: string): boolean =>
  pattern === '*' || fitsSegments(pattern.split(':'), arn.split(':'));

const fitsSegments = (patterns: readonly string[], segments: readonly string[]): boolean => {
  const [pattern, ...patternsLeft] = patterns;
  const [segment, next, ...rest] = segments;
  if (pattern === undefined || segment === undefined) return pattern === segment;
  const left = next === undefined ? [] : [next, ...rest];
  if (fitsGlob(pattern, segment) && fitsSegments(patternsLeft, left)) return true;
  return (
    next !== undefined && pattern.endsWith('*') && fitsSegments(patterns, [`${segment}:${next}`, ...rest])
  );
};

/**
 * Whether an ARN fits by the ARN condition operators: each of its six components on its own (IAM user guide, "Amazon
 * Resource Name (ARN) condition operators").
 */
export const fitsArn = (pattern: string, arn: string): boolean => {
  const patterns = components(pattern);
  const parts = components(arn);
  const isWhole = patterns.length === 6 || patterns.at(-1) === '*';
  return isWhole && parts.length === 6 && patterns.every((one, n) => fitsGlob(one, parts[n] ?? ''));
};

/** Six at most, the last with all colons that follow. */
const components = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
};
