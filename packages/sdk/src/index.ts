export { TacetLogExporter, TacetSpanExporter } from './exporters.ts';
export { TacetWriter, type TacetWriterOptions } from './writer.ts';
