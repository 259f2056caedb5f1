/**
 * Where a service is: as AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_SQS … or AWS_ENDPOINT_URL say (AWS SDKs and Tools Reference
 * Guide, "Service-specific endpoints"), else AWS's own. Of partitions it knows the standard one, GovCloud and China.
 */
export const endpointOf = (
  service: 'dynamodb' | 'sqs',
  region: string,
  environment: Readonly<Record<string, string | undefined>>,
): string => {
  const set = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? environment['AWS_ENDPOINT_URL'];
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return set ?? `https://${service}.${region}.${suffix}`;
};
