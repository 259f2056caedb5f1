import { isObject } from '../json.ts';

/** Who asks: a session of a role, or an AWS service for one of its resources. */
export type Principal =
  | { readonly kind: 'session'; readonly arn: string; readonly roleArn: string; readonly account: string }
  | { readonly kind: 'service'; readonly service: string };

/** The Principal element of a resource-based policy or of a role's trust policy. */
export type Principals = {
  /** Named itself, or everybody is: an Allow grants by itself. */
  readonly names: (principal: Principal) => boolean;
  /**
   * Its account is named. A Deny holds for all of the account; an Allow only lets the account's own policies allow it
   * (IAM user guide, "AWS JSON policy elements: Principal", account principals).
   */
  readonly namesAccountOf: (principal: Principal) => boolean;
};

type Bad = (what: string) => Error;

/**
 * Reads a Principal element: `*`, `AWS` (accounts, roles, sessions) and `Service`. Others, such as Federated, are errors
 * made by `bad`.
 */
export const readPrincipals = (given: unknown, bad: Bad): Principals => {
  const { AWS, Service, ...others } = isObject(given) ? given : { AWS: given };
  const [other] = Object.keys(others);
  if (other !== undefined) throw bad(`has a principal ${other}, which the twin does not evaluate`);
  const aws = texts(AWS, bad);
  const services = texts(Service, bad);
  return {
    names: (principal) =>
      aws.includes('*') ||
      (principal.kind === 'service'
        ? services.includes(principal.service)
        : aws.includes(principal.arn) || aws.includes(principal.roleArn)),
    namesAccountOf: (principal) =>
      principal.kind === 'session' &&
      (aws.includes(principal.account) || aws.includes(`arn:aws:iam::${principal.account}:root`)),
  };
};

const texts = (value: unknown, bad: Bad): readonly string[] => {
  const list = value === undefined ? [] : [value].flat();
  if (list.every((one) => typeof one === 'string')) return list;
  throw bad('must have texts as Principal');
};
