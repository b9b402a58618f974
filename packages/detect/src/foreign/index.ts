export { type LoadedRules, loadRules, type RulesFile, readRules } from './load.ts';
