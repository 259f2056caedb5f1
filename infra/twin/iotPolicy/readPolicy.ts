import { fitsGlob } from '../glob.ts';
import { readDocument } from '../iam/readDocument.ts';
import { objectOf } from '../json.ts';
import { badProperty, record } from '../property.ts';
import { reportUnknownProperties, type Report } from '../report.ts';
import { account, type Resource } from '../resource.ts';
import type { Policy } from './policy.ts';
import { iotKeyKind } from './policyVariables.ts';

/** Longest document without white space (AWS General Reference, "AWS IoT Core endpoints and quotas"). */
const maxDocumentLength = 2048;

const objectKeys = (value: unknown): readonly string[] => Object.keys(objectOf(value));

const honoured = new Set(['PolicyName', 'PolicyDocument', 'Tags']);

/**
 * An `AWS::IoT::Policy`. Throws TwinError `bad_property` for a document that AWS would not take, and for parts of one
 * that the twin cannot evaluate, such as variables other than the client's id and thing. Its language is that of IAM, but
 * that a `*` crosses any colon and slash (AWS IoT developer guide, "AWS IoT Core policies", wildcards).
 */
export const readPolicy = (
  resource: Resource,
  { region, report }: { region: string; report: Report },
): Policy => {
  reportUnknownProperties(resource, honoured, report);
  const document = record(resource, 'PolicyDocument');
  const text = JSON.stringify(document);
  const bad = (what: string) => badProperty(resource, 'PolicyDocument', what);
  if (text.length > maxDocumentLength)
    throw bad(`has ${text.length} characters, more than ${maxDocumentLength}`);
  const negated = [document['Statement']]
    .flat()
    .flatMap(objectKeys)
    .find((key) => key.startsWith('Not'));
  if (negated !== undefined) throw bad(`has ${negated}, which the twin does not evaluate there`);
  const name = resource.ref;
  const statements = readDocument(document, {
    kind: 'identity',
    place: name,
    keyKind: iotKeyKind,
    fits: fitsGlob,
    bad,
  });
  if (statements.length === 0) throw bad('must have statements');
  return { name, arn: `arn:aws:iot:${region}:${account}:policy/${name}`, document: text, statements };
};
