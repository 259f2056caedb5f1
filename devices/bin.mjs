#!/usr/bin/env node
// The command `fieldcast-devices`: the sources are TypeScript, so their loader comes first.
import { register } from 'tsx/esm/api';

register();
await import('./cli.ts');
