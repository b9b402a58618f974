import type { Finding } from '@tacet/audit/watching';

/** A finding with every secret in its texts replaced: whoever made it may have overlooked one. */
export function scrubFinding(finding: Finding, scrub: (text: string) => string): Finding {
  const { proof, readable, causes, title, why, fix, subject, ...rest } = finding;
  return {
    ...rest,
    title: scrub(title),
    why: scrub(why),
    fix: scrub(fix),
    subject: scrub(subject),
    ...(proof && { proof: { request: scrub(proof.request), reply: scrub(proof.reply) } }),
    ...(readable && { readable: readable.map((one) => ({ ...one, name: scrub(one.name) })) }),
    ...(causes && {
      causes: causes.map(({ excerpt, ...place }) => ({
        ...place,
        ...(excerpt !== undefined && { excerpt: scrub(excerpt) }),
      })),
    }),
  };
}
