import { reportUnknownProperties, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';

/** Reports every property outside `honoured`. Harmless ones (names, descriptions, tags) are never worth a line. */
export const reportUnhonoured = (resource: Resource, honoured: readonly string[], report: Report): void =>
  reportUnknownProperties(resource, new Set([...honoured, 'ApiId', 'Name', 'Description', 'Tags']), report);
