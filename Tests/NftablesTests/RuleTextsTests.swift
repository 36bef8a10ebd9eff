import RulesetModel
import Testing

@testable import Nftables

struct RuleTextsTests {
    /// The texts of the rules with these handles in a listing.
    static func texts(of listing: String, handles: Handle...) -> [String] {
        let texts = Array(listing.utf8).withUnsafeBytes {
            RuleTexts(listing: $0, of: Set(handles)).byHandle
        }
        return handles.map { texts[$0] ?? "?" }
    }

    @Test func `rules are found by their handles`() {
        let listing = """
            table inet t { # handle 1
            \tcounter c1 { # handle 6
            \t\tpackets 0 bytes 0
            \t}

            \tset s { # handle 14
            \t\ttype ipv4_addr
            \t\telements = { 1.2.3.4 }
            \t}

            \tchain c { # handle 2
            \t\tcomment "whose"
            \t\ttype filter hook input priority 0; policy drop;
            \t\ttcp dport 80 accept comment "# handle 7" # handle 9
            \t\tlog prefix "x" # handle 10
            \t}

            \tchain d { # handle 3
            \t\taccept # handle 11
            \t}
            }
            """
        #expect(
            Self.texts(of: listing, handles: 9, 10, 11, 7, 2)
                == [
                    "tcp dport 80 accept comment \"# handle 7\"", "log prefix \"x\"", "accept", "?",
                    "?",
                ]
        )
    }

    @Test func `a rule may take more than one line`() {
        let listing = """
            table inet t { # handle 1
            \tchain c { # handle 2
            \t\ttcp dport 4 jump {
            \t\t\ttcp dport 5 accept
            \t\t} # handle 37
            \t\tlog prefix "two
            lines" # handle 38
            \t}
            }
            """
        #expect(
            Self.texts(of: listing, handles: 37, 38)
                == ["tcp dport 4 jump { tcp dport 5 accept }", "log prefix \"two lines\""]
        )
    }

    @Test func `only the requested rules have texts`() {
        let listing = "\t\taccept # handle 4\n\t\tdrop # handle 5\n"
        let texts = Array(listing.utf8).withUnsafeBytes { RuleTexts(listing: $0, of: [5, 6]) }
        #expect(texts.byHandle == [5: "drop"])
    }

    @Test func `no text can control a terminal`() {
        let listing = "\t\tlog prefix \"\u{1B}[2J\u{9B}1m\r\" # handle 4\n"
        #expect(Self.texts(of: listing, handles: 4) == ["log prefix \" [2J 1m \""])
    }

    @Test(arguments: ["", "\n", "#", "# handle", "# handle x", "} # handle 99999999999999999999"])
    func `a listing of anything else has no texts`(listing: String) {
        #expect(Self.texts(of: listing, handles: 4) == ["?"])
    }
}
