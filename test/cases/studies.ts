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

/**
 * What has nothing to speak of on the monitor, wholly or in a part, to the depth of a study: exactly these. In the specification, which is closed, everything has. Two steps
 * more cost much where the host moves memory: `fast-channel` has 131 states there to depth 3, and 2,434 to depth 5.
 */
export const silentOnMonitor = (name: string, platform: string): readonly string[] => {
  // Pages are mapped seven steps from its boot image, and the host's moves make a search of seven steps too long.
  if (name === "occlum-sips" && platform === "sev-snp") return ["P1", "P2", "P3", "P7", "P10", "P11", "P13", "P15", "P19", "P25"];
  return [
    // Where no frame is shared with the host no translation has the C-bit clear, unless the monitor errs.
    ...(platform === "sev-snp" && name !== "enarx-keep" ? ["P15"] : []),
    // A slot is released when all frames of its domain have come back, which is five calls or more.
    ...(["fast-channel", "multi-level", "occlum-sips"].includes(name) ? [] : ["P25"]),
    // To run something, or to read anything but the ring, takes more steps than the three that are searched.
    ...(name === "enarx-keep" ? ["P7", "P10"] : []),
    // The file, which alone holds a secret, is mapped by nobody before a table for it is there.
    ...(name === "occlum-sips" ? ["P10"] : []),
  ];
};
