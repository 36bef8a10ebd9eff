import Diagnostics
import TrustedFiles

/// The files that lead to the one that is being read, and those that were read before.
struct IncludeChain {
    /// A file, and where another includes it; the first one of a policy is included nowhere.
    private struct Link {
        let identity: FileIdentity?
        let span: SourceSpan?
    }

    /// Why a file cannot be included.
    enum Obstacle {
        /// It is being read; the places that lead from it to here, in order.
        case cycle([SourceSpan])
        /// It was read before; where it is included.
        case again(SourceSpan)
    }

    private var links: [Link] = []
    private var places: [FileIdentity: SourceSpan] = [:]

    /// How many files lead to the current one.
    var depth: Int { links.count - 1 }

    /// Why a file cannot be included, where that is so.
    func mismatch(to identity: FileIdentity) -> Obstacle? {
        if let first = links.firstIndex(where: { $0.identity == identity }) {
            return .cycle(links[(first + 1)...].compactMap(\.span))
        }
        return places[identity].map { .again($0) }
    }

    mutating func enter(_ identity: FileIdentity?, at span: SourceSpan?) {
        links.append(Link(identity: identity, span: span))
        if let identity, let span { places[identity] = span }
    }

    mutating func leave() { links.removeLast() }
}
