import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations, type Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SettingsInput } from './settings.ts';
import { stackOf } from './stack.testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'nag-'));
// It tells on the terminal what it found; the report says the same.
beforeAll(() => void vi.spyOn(console, 'error').mockReturnValue(undefined));
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

type Report = { pluginReports: { violations: { ruleName: string; severity: string }[] }[] };

/** What cdk-nag's AwsSolutions find and nobody has acknowledged, warnings too. */
const findingsIn = (input: SettingsInput, change: (stack: Stack) => void = () => undefined): string[] => {
  const outdir = mkdtempSync(join(folder, 'out-'));
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  change(stackOf(input, app));
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ValidationFailed')) throw error;
  }
  // The CDK's own format.
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
};

const own = { issuer: 'https://issuer.example.com', audience: 'viewers', hosting: false };

describe('cdk-nag finds nothing that is not acknowledged with a reason', { timeout: 120_000 }, () => {
  it.each<[string, SettingsInput]>([
    ['as it is by default', {}],
    [
      'with everything on',
      {
        ingest: 'queue',
        mfa: 'required',
        threatProtection: true,
        fleetProvisioning: true,
        tracing: true,
        apiKeys: {},
        provisionedConcurrency: { connect: 1 },
        domainName: 'live.example.com',
        certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
        alarmEmail: 'ops@example.com',
        monthlyBudgetUsd: 40,
      },
    ],
    ['with an issuer of one’s own', own],
  ])('%s', (_, input) => {
    expect(findingsIn(input)).toEqual([]);
  });

  it('and would find a queue that takes plain http', () => {
    const findings = findingsIn(own, (stack) => {
      new Queue(stack, 'Careless');
    });
    expect(findings).toContain('AwsSolutions-SQS4');
  });
});
