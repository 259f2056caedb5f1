import { stringOf } from '../json.ts';
import { accessKeyIdOf } from '../lambda/functionEnvironment.ts';
import { badProperty, requiredText } from '../property.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { decide, type Decision } from './decide.ts';
import type { Context } from './policyText.ts';
import type { Principal } from './principals.ts';
import { readQueuePolicies } from './queuePolicies.ts';
import type { Refusal } from './refusal.ts';
import { readRole, roleArnOf, type Role } from './roles.ts';
import type { Statement } from './statement.ts';

/** A role that something works by: a function, or a service for a rule. */
export type Session = {
  readonly role: Role;
  /** The function's name, or the rule's. */
  readonly name: string;
  readonly arn: string;
};

export type Asked = {
  readonly session: Session;
  readonly action: string;
  readonly resource: string;
  /** What to tell and to advise instead of `resource`, where that is one of very many: a pattern. */
  readonly advise?: string;
  /** Context keys of this request alone, such as `dynamodb:leadingkeys`. */
  readonly context?: Context;
};

/** A decision, as told to whoever watches. */
export type Decided = {
  /** The session's name: a function's or a rule's. */
  readonly who: string;
  readonly action: string;
  /** An ARN; of `sts:AssumeRole` the role's. */
  readonly resource: string;
  readonly decision: Decision;
};

/** Who may do what: the roles and resource-based policies of a template. */
export type Access = {
  /** Whose key it is: a function's. Undefined for any other key, which is the developer's own and may do everything. */
  readonly keyHolder: (accessKeyId: string) => Session | undefined;
  readonly ofFunction: (name: string) => Session | undefined;
  /** A service takes on a role, for a resource whose name the session gets. */
  readonly assume: (by: Assumption) => Session | { readonly reason: string };
  /** Undefined: it is allowed. What it refuses is counted, and reported once per role, action and resource. */
  readonly refusal: (asked: Asked) => Refusal | undefined;
  /** How often each action was refused. */
  readonly denied: () => Readonly<Record<string, number>>;
  /** Roles that something in the twin works by, and resource-based policies that it enforces. */
  readonly enforced: () => { readonly roles: readonly Role[]; readonly resources: readonly Statement[] };
  /** Names of roles that nothing in the twin works by. */
  readonly idle: readonly string[];
  /** Takes a statement away while everything runs; returns what gives it back. */
  readonly suspend: (statement: Statement) => () => void;
};

export type Assumption = {
  readonly roleArn: string;
  /** e.g. `iot.amazonaws.com`. */
  readonly service: string;
  readonly sourceArn: string;
  readonly name: string;
};

export type AccessOptions = {
  readonly resources: readonly Resource[];
  readonly region: string;
  readonly account: string;
  readonly report: Report;
  /** Called at every decision, before it takes effect. */
  readonly onDecision?: ((decided: Decided) => void) | undefined;
};

/** Decisions that are remembered; more of them, as there may be of connections, and all are forgotten. */
const maxRemembered = 10_000;

/** Keys that differ between requests of one session for one resource. */
const perRequest = ['dynamodb:leadingkeys'];

/**
 * Reads who may do what. Throws TwinError for a function whose role the template does not have or Lambda may not assume,
 * since AWS refuses to create it, and for policies with something that the twin does not evaluate.
 */
export const createAccess = (options: AccessOptions): Access => {
  const { resources, account, report } = options;
  const roleResources = resources.filter(({ type }) => type === 'AWS::IAM::Role');
  const roles = new Map<string, Role>();
  const roleOf = (arn: string): Role | undefined => {
    const found = roles.get(arn);
    if (found !== undefined) return found;
    const resource = roleResources.find((one) => roleArnOf(one, account) === arn);
    if (resource === undefined) return undefined;
    const role = readRole(resource, options);
    roles.set(arn, role);
    return role;
  };
  const ofResources = readQueuePolicies(resources, options);
  const suspended = new Set<Statement>();
  const inForce = (statements: readonly Statement[]): readonly Statement[] =>
    suspended.size === 0 ? statements : statements.filter((statement) => !suspended.has(statement));

  const mayAssume = (
    { arn, trust }: Role,
    by: { service: string; name: string; sourceArn?: string },
  ): boolean => {
    const principal: Principal = { kind: 'service', service: by.service };
    const context = serviceContext(options, by.sourceArn);
    const action = 'sts:AssumeRole';
    const request = { principal, action, resource: arn, context };
    const decision = decide({ identity: [], resource: inForce(trust) }, request);
    options.onDecision?.({ who: by.name, action, resource: arn, decision });
    return decision.allowed;
  };
  const sessionOf = (role: Role, name: string): Session => ({
    role,
    name,
    arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${name}`,
  });

  const functions = new Map<string, Session>();
  for (const resource of resources.filter(({ type }) => type === 'AWS::Lambda::Function')) {
    const role = roleOf(requiredText(resource, 'Role'));
    if (role === undefined) throw badProperty(resource, 'Role', 'must be the ARN of a role of the template');
    if (!mayAssume(role, { service: 'lambda.amazonaws.com', name: resource.ref }))
      throw badProperty(
        resource,
        'Role',
        `cannot be assumed by Lambda: let lambda.amazonaws.com do sts:AssumeRole in the AssumeRolePolicyDocument of ${role.name}`,
      );
    functions.set(resource.ref, sessionOf(role, resource.ref));
  }
  const keys = new Map([...functions].map(([name, session]) => [accessKeyIdOf(name), session]));
  for (const rule of resources.filter(({ type }) => type === 'AWS::IoT::TopicRule'))
    for (const arn of roleArnsIn(rule.properties)) roleOf(arn);

  const contexts = new Map<string, Context>();
  const contextOf = (session: Session): Context => {
    const found = contexts.get(session.arn) ?? sessionContext(options, session);
    contexts.set(session.arn, found);
    return found;
  };
  const consider = ({ session, action, resource, context }: Asked): Decision => {
    const common = contextOf(session);
    const policies = {
      identity: inForce(session.role.statements),
      resource: inForce(ofResources.get(resource) ?? []),
    };
    const { arn, role } = session;
    return decide(policies, {
      principal: { kind: 'session', arn, roleArn: role.arn, account },
      action,
      resource,
      context: context === undefined ? common : (key) => context(key) ?? common(key),
    });
  };
  const remembered = new Map<string, Decision>();
  const decisionOn = (asked: Asked): Decision => {
    const { session, action, resource } = asked;
    if (asked.context !== undefined && asksPerRequest(session.role)) return consider(asked);
    const key = `${session.arn} ${action} ${resource}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const decision = consider(asked);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(key, decision);
    return decision;
  };

  const denied = new Map<string, number>();
  const told = new Set<string>();
  const tell = (asked: Asked, decision: Decision): void => {
    const sentence = reportOf(asked, decision);
    if (told.has(sentence)) return;
    told.add(sentence);
    report(sentence);
  };

  return {
    keyHolder: (accessKeyId) => keys.get(accessKeyId),
    ofFunction: (name) => functions.get(name),
    assume: ({ roleArn, service, sourceArn, name }) => {
      const role = roleOf(roleArn);
      if (role === undefined) return { reason: `The template has no role ${roleArn}.` };
      if (mayAssume(role, { service, sourceArn, name })) return sessionOf(role, name);
      return {
        reason: `${service} may not assume role ${role.name}: its AssumeRolePolicyDocument does not allow it.`,
      };
    },
    refusal: (asked) => {
      const decision = decisionOn(asked);
      const { session, action, resource } = asked;
      options.onDecision?.({ who: session.name, action, resource, decision });
      if (decision.allowed) return undefined;
      denied.set(action, (denied.get(action) ?? 0) + 1);
      tell(asked, decision);
      return { session: session.arn, action, resource, deniedIn: decision.in };
    },
    denied: () => Object.fromEntries(denied),
    enforced: () => ({ roles: [...roles.values()], resources: [...ofResources.values()].flat() }),
    idle: roleResources.filter((one) => !roles.has(roleArnOf(one, account))).map(({ ref }) => ref),
    suspend: (statement) => {
      suspended.add(statement);
      remembered.clear();
      return () => {
        suspended.delete(statement);
        remembered.clear();
      };
    },
  };
};

const asksPerRequest = ({ statements }: Role): boolean =>
  statements.some(({ conditions }) => conditions.some(({ key }) => perRequest.includes(key)));

/** Every `RoleArn`, at any depth: each kind of action of a rule has its own. */
const roleArnsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    name === 'RoleArn' ? (stringOf(member) ?? []) : roleArnsIn(member),
  );
};

/** Requests reach the twin without TLS, but stand for those that reach AWS with it. */
const secureTransport = 'true';

const sessionContext = ({ region, account }: AccessOptions, { role }: Session): Context => {
  const values = new Map([
    ['aws:principalaccount', account],
    ['aws:principalarn', role.arn],
    ['aws:principalisawsservice', 'false'],
    ['aws:principaltype', 'AssumedRole'],
    ['aws:requestedregion', region],
    ['aws:securetransport', secureTransport],
  ]);
  return (key) => values.get(key);
};

const serviceContext = ({ account }: AccessOptions, sourceArn: string | undefined): Context => {
  const values = new Map([
    ['aws:principalisawsservice', 'true'],
    ['aws:securetransport', secureTransport],
    ...(sourceArn === undefined
      ? []
      : ([
          ['aws:sourcearn', sourceArn],
          ['aws:sourceaccount', account],
        ] as const)),
  ]);
  return (key) => values.get(key);
};

const reportOf = ({ session, action, resource, advise = resource }: Asked, decision: Decision): string => {
  const who = `${session.name} may not ${action} on ${advise}`;
  if (!decision.allowed && decision.by !== undefined) return `${who}: ${decision.by.place}, denies it.`;
  const statement = JSON.stringify({ Effect: 'Allow', Action: action, Resource: advise });
  return `${who}: no policy of its role ${session.role.name} allows it; add ${statement}.`;
};
