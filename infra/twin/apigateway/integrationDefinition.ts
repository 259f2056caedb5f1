import { badProperty, numberIn, optionalText, requiredText } from '../property.ts';
import { notHonoured, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { integrationTimeoutMs } from './limits.ts';
import { functionArnOf } from './link.ts';
import { reportUnhonoured } from './unhonoured.ts';

export type IntegrationDefinition = { functionArn: string; timeoutMs: number };

const honoured = [
  'IntegrationType',
  'IntegrationUri',
  'IntegrationMethod',
  'TimeoutInMillis',
  'ConnectionType',
];

/** A Lambda proxy integration; every other kind is refused. */
export const readIntegration = (integration: Resource, report: Report): IntegrationDefinition => {
  const type = requiredText(integration, 'IntegrationType');
  if (type !== 'AWS_PROXY')
    throw badProperty(integration, 'IntegrationType', `must be AWS_PROXY, not ${type}`);
  reportUnhonoured(integration, honoured, report);
  if ((optionalText(integration, 'ConnectionType') ?? 'INTERNET') !== 'INTERNET')
    report(notHonoured(integration, 'ConnectionType'));
  return { functionArn: functionArnOf(integration, 'IntegrationUri'), timeoutMs: readTimeout(integration) };
};

const readTimeout = (integration: Resource): number => {
  const property = 'TimeoutInMillis';
  const timeoutMs = numberIn(integration, property, integration.properties[property]) ?? integrationTimeoutMs;
  if (timeoutMs >= 50 && timeoutMs <= integrationTimeoutMs) return timeoutMs;
  throw badProperty(integration, property, 'must be between 50 and 29000');
};
