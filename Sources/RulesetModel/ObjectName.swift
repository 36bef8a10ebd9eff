internal import Addressing

/// The names of objects in commands to nft.
///
/// The kernel and libnftables' JSON input accept any name. In a command, one that nft's grammar can't
/// say would be read as something else, such as another command.
public enum ObjectName {
    /// Whether a name is read by nft as that name and nothing else (nft(8), "Lexical conventions").
    public static func canBeInCommands(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first), !NftKeywords.all.contains(name)
        else { return false }
        return name.utf8.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || "_/.-".utf8.contains($0)
        }
    }

    /// The name, for a command.
    ///
    /// - Precondition: ``canBeInCommands(_:)``. Whoever makes a command for what came out of the kernel
    ///   asks first; ending the program is better than running what a name says.
    public static func inCommand(_ name: String) -> String {
        precondition(canBeInCommands(name), "a name that nft can't express")
        return name
    }

    /// Whether a text is made of the characters that names of redirects and interfaces have in a policy, and
    /// no longer than a comment of nft can be.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || "_-.".utf8.contains(byte)
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
