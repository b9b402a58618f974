import { createDetector, buildAutomaton } from './index.ts';
const d = createDetector({ fingerprintKey: new Uint8Array(32) });
const a = buildAutomaton(d.keywords.map(k=>k.text));
console.log('rules',d.rules.length,'keywords',d.keywords.length,'states',a.ends.length,'width',a.width, 'goto', a.ends.length*a.width);
