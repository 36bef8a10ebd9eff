internal import CNetfilter

/// A register by the first of its words: 16 words of 32 bits, or 4 registers of four words each
/// (`enum nft_registers`).
struct Register: Hashable {
    /// The number of the first word, 0 to 15.
    let word: Int

    init(word: Int) {
        self.word = word
    }

    /// Reads a register's number, or returns `nil` if it is none, or the one for verdicts.
    init?(_ number: UInt32) {
        switch number {
        case NFT_REG_1.rawValue...NFT_REG_4.rawValue: word = Int(number - NFT_REG_1.rawValue) * 4
        case NFT_REG32_00.rawValue...NFT_REG32_15.rawValue:
            word = Int(number - NFT_REG32_00.rawValue)
        default: return nil
        }
    }

    /// The register so many words after this one.
    func advanced(by words: Int) -> Register { Register(word: word + words) }
}

/// What an instruction compares with, or loads: up to 16 bytes, as many as all addresses have.
struct RegisterValue: Hashable {
    /// The bytes as a number; the first is the most significant.
    let bits: UInt128

    /// How many bytes there are.
    let length: Int

    init(bits: UInt128, length: Int) {
        self.bits = bits
        self.length = length
    }

    init?(_ bytes: Bytes) {
        guard bytes.count > 0, let bits = bytes.bits else { return nil }
        self.bits = bits
        length = bytes.count
    }

    /// The number that the bytes are in an order.
    func number(in order: ByteOrder) -> UInt128 {
        order.isBigEndian ? bits : bits.byteSwapped >> UInt128(128 - 8 * length)
    }
}

/// The order of the bytes of a number in a register.
enum ByteOrder: Hashable {
    /// The most significant first, as in packets; the kernel compares the bytes one after the other.
    case network
    /// As the machine has it.
    case host

    /// Whether the most significant byte comes first.
    var isBigEndian: Bool { self == .network || UInt16(1).bigEndian == 1 }
}
