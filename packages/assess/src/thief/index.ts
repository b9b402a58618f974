export { type RenderOptions, renderThief } from './render.ts';
export type {
  CanaryReport,
  Finding,
  FormName,
  Judgement,
  ThiefProgress,
  ThiefReport,
  Visible,
} from './report.ts';
export { runThief, type ThiefOptions } from './run.ts';
