import manifest from '../../package.json' with { type: 'json' };

/** The version of Lethe that runs: certificates name it as the tool. */
export const VERSION: string = manifest.version;
