import { applyVerbs } from './apply.verbs.js';
import { auditVerbs } from './audit.verbs.js';
import { candidateVerbs } from './candidate.verbs.js';
import type { CommandModule } from './cli.js';
import { eventstoreVerbs } from './eventstore.verbs.js';
import { exceptionVerbs } from './exception.verbs.js';
import { freezeVerbs } from './freeze.verbs.js';
import { getVerbs } from './get.verbs.js';
import { loginVerbs } from './login.verbs.js';
import { processIo } from './process-io.js';
import { rebuildVerbs } from './rebuild.verbs.js';
import { releaseVerbs } from './release.verbs.js';
import { reviewVerbs } from './review.verbs.js';
import { run } from './run.js';
import { showVerbs } from './show.verbs.js';
import { targetVerbs } from './target.verbs.js';
import { tokenVerbs } from './token.verbs.js';
import { upVerbs } from './up.verbs.js';
import { verifyVerbs } from './verify.verbs.js';
import { viewVerbs } from './view.verbs.js';
import { whoamiVerbs } from './whoami.verbs.js';

/** In the order in which `slipway --help` lists them. */
const MODULES: readonly CommandModule[] = [
  applyVerbs,
  candidateVerbs,
  releaseVerbs,
  reviewVerbs,
  freezeVerbs,
  exceptionVerbs,
  targetVerbs,
  getVerbs,
  showVerbs,
  viewVerbs,
  auditVerbs,
  verifyVerbs,
  rebuildVerbs,
  upVerbs,
  loginVerbs,
  whoamiVerbs,
  tokenVerbs,
  eventstoreVerbs,
];

void run(process.argv.slice(2), processIo(), MODULES).then((exitCode) => (process.exitCode = exitCode));
