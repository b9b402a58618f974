export { type Canary, canariesOf } from './canaries.ts';
export { sampleFile } from './file.node.ts';
export { type SampleOptions, sampleChunks, sampleLines } from './lines.ts';
export { Random } from './random.ts';
export { type SampleSecret, SECRET_TYPES, sampleSecret } from './secrets.ts';
