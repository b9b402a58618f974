const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
/** Characters in which the outermost element must have begun. */
const HEAD = 1000;
/** Elements of one name that are looked at: a page of a listing has no more. */
const MAX_ELEMENTS = 1000;

/** The name of the outermost element; undefined when the text is no XML. */
export function rootOf(xml: string): string | undefined {
  const head = xml
    .slice(0, HEAD)
    .replace(/^\uFEFF/, '')
    .trimStart();
  const root = head.startsWith('<?xml') ? head.slice(head.indexOf('?>') + 2).trimStart() : head;
  return /^<([A-Za-z]{1,60})[\s>]/.exec(root)?.[1];
}

/** The texts of the elements of this name that hold text alone, at most 1,024 characters each. */
export function textsOf(xml: string, name: string): string[] {
  return elementsOf(xml, name)
    .filter((text) => text.length <= 1024 && !text.includes('<'))
    .map((text) => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity]!));
}

/** What stands between each tag of this name and the next end of it. */
export function elementsOf(xml: string, name: string): string[] {
  return xml
    .split(`<${name}>`, MAX_ELEMENTS + 1)
    .slice(1)
    .map((rest) => rest.split(`</${name}>`, 1)[0]!);
}
