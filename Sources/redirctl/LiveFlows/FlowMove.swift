/// What became of flows that were to go another way.
struct FlowMove {
    /// How many the kernel has forgotten.
    var flushed = 0

    /// How many had ended by themselves.
    var gone = 0

    /// Of those that were forgotten: how many began anew on the new way.
    var moved = 0

    /// How many are on their old way again.
    var stayed = 0

    /// How many TCP connections end, because their new target does not know them.
    var cut = 0

    /// How many have sent nothing since.
    var waiting: Int { flushed - moved - stayed - cut }

    /// Why the old servers could not be held back.
    var holdFailure: String?
}

extension FlowMove {
    /// What was flushed, in a sentence.
    var sentence: String {
        func part(_ count: Int, _ one: String, _ many: String) -> String? {
            count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
        }
        let parts = [
            "\(flushed) \(flushed == 1 ? "flow" : "flows") flushed",
            part(gone, "was gone already", "were gone already"),
            part(moved, "goes the new way", "go the new way"),
            part(cut, "TCP connection ends", "TCP connections end"),
            part(waiting, "waits for a packet of the client", "wait for a packet of the client"),
        ]
        return parts.compactMap(\.self).joined(separator: "; ") + "."
    }

    /// What an operator is told that did not go as it should.
    ///
    /// `tableStays` says whether the table remains, and with it what holds old servers back.
    func warnings(tableStays: Bool) -> [String] {
        var warnings: [String] = []
        if let holdFailure {
            warnings.append(
                "the old servers could not be held back while flows moved: \(holdFailure)"
            )
        }
        if stayed > 0 {
            warnings.append(
                "\(stayed) \(stayed == 1 ? "flow keeps its" : "flows keep their") old way, because "
                    + "the old server spoke before the client did, or another program sends "
                    + "\(stayed == 1 ? "it" : "them") there"
            )
        }
        if waiting > 0, holdFailure != nil || !tableStays {
            warnings.append(
                "nothing holds the old servers back any more: if one of them speaks before its client, "
                    + "the flow keeps its old way"
            )
        }
        return warnings
    }
}
