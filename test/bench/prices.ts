/**
 * List prices of us-east-1 in November 2026, in US dollars, for what is billed by use. Free tiers and volume discounts are
 * left out: a bill of this size would get the first, and one that gets the second has other problems.
 */
export const prices = {
  /** Published messages, in steps of 5 KB. A PUBACK to a device that publishes is not billed. https://aws.amazon.com/iot-core/pricing/, "Messaging" */
  iotMessage: 1.0 / 1e6,
  /** In steps of 5 KB; the rule is billed also where its WHERE does not match. Same page, "Rules engine" */
  iotRule: 0.15 / 1e6,
  /** In steps of 5 KB. Same page, "Rules engine" */
  iotAction: 0.15 / 1e6,
  /** A minute of one client's connection. Same page, "Connectivity" */
  iotConnectionMinute: 0.08 / 1e6,
  /** https://aws.amazon.com/lambda/pricing/ */
  lambdaRequest: 0.2 / 1e6,
  /** arm64, first tier. Same page */
  lambdaGbSecond: 0.0000133334,
  /** Ingestion into CloudWatch Logs, standard class. https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
  /** A strongly consistent read of up to 4 KB; an eventual one is half of it. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  readUnit: 0.125 / 1e6,
  /** A write of up to 1 KB. Same page */
  writeUnit: 0.625 / 1e6,
  /** A GB stored for a month, standard class. Same page */
  storedGbMonth: 0.25,
  /** Standard queues, in steps of 64 KB. https://aws.amazon.com/sqs/pricing/ */
  sqsRequest: 0.4 / 1e6,
  /** Either way, in steps of 32 KB. https://aws.amazon.com/api-gateway/pricing/, "WebSocket APIs" */
  webSocketMessage: 1.0 / 1e6,
  /** A minute of one viewer's connection. Same page */
  webSocketConnectionMinute: 0.25 / 1e6,
  /** A metric that an alarm watches, a month, at a resolution of a minute. https://aws.amazon.com/cloudwatch/pricing/ */
  alarmMetricMonth: 0.1,
  /** A dashboard, a month. Same page */
  dashboardMonth: 3.0,
  /** A custom metric (a name with its dimensions), a month; billed by the hours in which it is written. Same page */
  customMetricMonth: 0.3,
  /** To the internet, first tier. https://aws.amazon.com/ec2/pricing/on-demand/, "Data transfer" */
  outGb: 0.09,
} as const;

/** Bytes of a GB, as transfer and logs are billed. */
export const gb = 1024 ** 3;

/** What Lambda itself writes to the log of each invocation: START, END and REPORT, bytes. About; it grows with numbers. */
export const platformLogBytes = 200;
