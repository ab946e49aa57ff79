/** The case studies of `policies/`, and the claim that the bad twin of each breaks. */
export const studies: { readonly [name: string]: string } = {
  "untrusted-library": "library-never-writes-application",
  "openssl-key-vault": "key-leaves-only-as-signatures",
  "fast-channel": "third-never-learns",
  "occlum-sips": "processes-meet-only-in-syscalls",
  "enarx-keep": "host-learns-only-through-wasi",
  "redis-tls": "key-leaves-only-by-handshakes",
  "lighttpd-tls": "key-leaves-only-in-records",
  "multi-level": "low-learns-only-what-is-released",
  "driver-domain": "device-never-writes-application",
};

export const platforms = ["hyperenclave", "sev-snp"] as const;

export const policyPath = (name: string): string => `policies/${name}.json`;
export const twinPath = (name: string): string => `policies/twins/${name}.json`;

/** Steps that a reader of a twin's trace is asked to follow, at most. */
export const longestTrace = 12;

/** The settings of a run: what a policy that is meant for a longer one is narrowed to. The monitor on `sev-snp`, where the host moves memory, has a hundred states for one elsewhere. */
export const narrowed = (name: string, platform: string): readonly string[] => {
  if (name === "untrusted-library") return ["--vcpus", "1", "--depth", "3"];
  return name === "occlum-sips" && platform === "sev-snp" ? ["--depth", "3"] : [];
};
