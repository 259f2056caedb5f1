import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `npm run lint:template`: has cfn-lint look at the template that `npm run synth` wrote. It knows what CloudFormation's own
 * schemas allow, which the CDK does not ask. A Python program, so it is used where it is, and reported where it is not.
 */
const template = fileURLToPath(new URL('../cdk.out/Fieldcast.template.json', import.meta.url));

/** W3005: the CDK names dependencies that references imply already. */
const ignored = ['W3005'];

if (existsSync(template)) {
  const args = ['--template', template, '--ignore-checks', ...ignored];
  const { error, status } = spawnSync('cfn-lint', args, { stdio: 'inherit' });
  if (error === undefined) {
    console.log(status === 0 ? 'cfn-lint: ok' : 'cfn-lint: see above');
    process.exitCode = status ?? 1;
  } else console.log(`cfn-lint: NOT RUN (${error.message}); install it with pip install cfn-lint.`);
} else {
  console.error('There is no template to look at; run npm run synth first.');
  process.exitCode = 2;
}
