/**
 * What a device, a region, a device type may be called: AWS IoT's charset for thing names (`[a-zA-Z0-9:_-]`, 1–128), so
 * that a name is safe in a topic, in an IoT policy variable and as part of a table key. `#` separates keys and can
 * never be part of a name.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html
 */
export const namePattern = /^[a-zA-Z0-9:_-]{1,128}$/;

/** Whether `text` may name a device, a region or a device type. */
export const isName = (text: string): boolean => namePattern.test(text);

/**
 * What a client may call a request or a subscription. It starts with a letter or digit, so that no id is `__proto__`,
 * which neither a JavaScript object nor the SDK's unmarshalling keeps as a plain key.
 */
export const idPattern = /^[a-zA-Z0-9][a-zA-Z0-9._:-]{0,63}$/;
