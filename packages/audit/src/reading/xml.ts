const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The name of the outermost element; undefined when the text is no XML. */
export function rootOf(xml: string): string | undefined {
  return /^\uFEFF?\s*(?:<\?xml[^>]{0,200}\?>)?\s*<([A-Za-z]{1,60})[\s>]/.exec(xml)?.[1];
}

/** The texts of all elements of this name that hold text alone, at most 1,024 characters each. */
export function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]{0,1024})</${name}>`, 'g'))].map(([, text]) =>
    text!.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity]!),
  );
}

/** What stands between the first tag of this name and the next end of it, for each. */
export function elementsOf(xml: string, name: string): string[] {
  return xml
    .split(`<${name}>`)
    .slice(1)
    .map((rest) => rest.split(`</${name}>`, 1)[0]!);
}
