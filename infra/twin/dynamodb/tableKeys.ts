import type { KeySchemaElement } from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from './tableDefinition.ts';

/** The names of the partition keys of a table and of its indexes. */
export type TableKeys = { readonly partition: string; readonly ofIndex: ReadonlyMap<string, string> };

export const tableKeys = ({ create }: TableDefinition): TableKeys => ({
  partition: partitionIn(create.KeySchema),
  ofIndex: new Map(
    [...(create.GlobalSecondaryIndexes ?? []), ...(create.LocalSecondaryIndexes ?? [])].map((index) => [
      index.IndexName ?? '',
      partitionIn(index.KeySchema),
    ]),
  ),
});

const partitionIn = (schema: readonly KeySchemaElement[] = []): string =>
  schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
