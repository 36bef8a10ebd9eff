import Addressing
import PolicyModel

/// The one place where names of objects in our table are made.
///
/// A name is a function of the policy's own names, so an unrelated edit moves nothing. The prefix
/// keeps it clear of nft's keywords and of a leading digit, which nft's grammar refuses.
enum ObjectNames {
    /// The name of a redirect's counter.
    static func counter(of redirect: String) -> String { "rc_\(redirect)" }

    /// The name of the map in which a redirect's shift looks ports up: its own, or that of all long
    /// shifts by as many ports.
    static func ports(_ shift: PortShift, of redirect: String) -> String {
        guard shift.isLong else { return "ports_\(redirect)" }
        return "shift_\(shift.offset < 0 ? "down" : "up")_\(shift.offset.magnitude)"
    }

    /// The name of the map for redirects of a shape; of several, those after the first are numbered.
    static func map(_ shape: MapShape, _ index: Int, in direction: Direction) -> String {
        let name = "\(prefix(direction))_\(shape.words.joined(separator: "_"))"
        return index == 0 ? name : "\(name)_\(index + 1)"
    }

    /// The name of the set with those keys of a map whose connections get another source.
    static func members(ofMap map: String, _ source: SourceLabel) -> String {
        "\(map)_\(source.word)_members"
    }

    /// The name of the chain that a redirect may have for one direction.
    static func chain(of redirect: String, _ direction: Direction) -> String {
        "\(prefix(direction))_\(redirect)"
    }

    private static func prefix(_ direction: Direction) -> String {
        switch direction {
        case .inbound: "in"
        case .outbound: "out"
        }
    }
}
