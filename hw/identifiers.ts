/** Identifiers of hardware resources. */

declare const brand: unique symbol;
/** A number with a brand, which keeps a frame number from being used as a page number; it costs nothing at run time. */
export type Identifier<Name extends string> = number & { readonly [brand]: Name };

/** Physical frame number: physical address divided by the frame size. Where the host translates once more (SEV-SNP), the guest's: the system's are SystemFrame. */
export type Frame = Identifier<"Frame">;
/** Virtual page number of a 4-KByte-equivalent page: linear address divided by the frame size, upper (monitor) half included. */
export type Page = Identifier<"Page">;
/** Number of a logical processor, from 0. */
export type Vcpu = Identifier<"Vcpu">;
/** Process-context identifier, 12 bits (SDM vol. 3, 4.10.1). */
export type Pcid = Identifier<"Pcid">;
/** Number of a device, from 0; the IOMMU knows it as its DeviceID. */
export type Device = Identifier<"Device">;
/** Page number in the address space that a device sees: DMA address divided by the frame size. */
export type IoPage = Identifier<"IoPage">;
/** System frame number of a machine whose host translates the guest's frames: system physical address divided by the frame size. */
export type SystemFrame = Identifier<"SystemFrame">;

// The constructors do not check ranges: adversaries choose frame and page numbers, and whoever takes one as an argument must check it.

/** Returns `n` as a frame number, unchecked. */
export function frame(n: number): Frame {
  return n as Frame;
}

/** Returns `n` as a virtual page number, unchecked. */
export function page(n: number): Page {
  return n as Page;
}

/** Returns `n` as a vCPU number, unchecked. */
export function vcpu(n: number): Vcpu {
  return n as Vcpu;
}

/** Returns `n` as a process-context identifier, unchecked. */
export function pcid(n: number): Pcid {
  return n as Pcid;
}

/** Returns `n` as a device number, unchecked. */
export function device(n: number): Device {
  return n as Device;
}

/** Returns `n` as a page number of a device's address space, unchecked. */
export function ioPage(n: number): IoPage {
  return n as IoPage;
}

/** Returns `n` as a system frame number, unchecked. */
export function systemFrame(n: number): SystemFrame {
  return n as SystemFrame;
}
