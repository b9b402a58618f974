/** What of package-lock.json (version 3) matters here. */
export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

export interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface Missing {
  /** Key in the lockfile: `node_modules/@scope/name`. */
  place: string;
  name: string;
  version: string;
  dev: boolean;
}

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** The `os`, `cpu` and `libc` that a package for one platform has, by the words of its name. */
export function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split('/').at(-1)!.split('-');
  const one = (known: readonly string[]) => known.filter((word) => words.includes(word)).slice(0, 1);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  const platform = { os: one(SYSTEMS), cpu: one(PROCESSORS), libc };
  return Object.fromEntries(Object.entries(platform).filter(([, list]) => list.length > 0));
}

/**
 * Optional dependencies with an exact version, named after a platform, that the lockfile does not have.
 * Those are what `npm ci` misses.
 */
export function missingPlatforms(lock: Lockfile): Missing[] {
  return Object.entries(lock.packages).flatMap(([from, { optionalDependencies, dev }]) =>
    Object.entries(optionalDependencies ?? {})
      .filter(([name, version]) => /^\d/.test(version) && (platformOf(name).os?.length ?? 0) > 0)
      .map(([name, version]) => ({ place: `node_modules/${name}`, name, version, dev: dev === true }))
      .filter(({ place }) => !(place in lock.packages) && !(`${from}/${place}` in lock.packages)),
  );
}
