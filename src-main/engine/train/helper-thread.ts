/** The program of a thread that helps with the end of training steps. */

import { workerData } from 'node:worker_threads';
import { helpRounds, type SharedSteps } from './shared-steps.ts';

helpRounds(workerData as SharedSteps);
