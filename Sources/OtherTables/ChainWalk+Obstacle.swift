/// What a walk means for a connection.
extension ChainWalk {
    /// What keeps the packet from leaving the base chain.
    func obstacle(_ place: Obstacle.Place) -> Obstacle? {
        func obstacle(_ kind: Obstacle.Kind, _ event: Event, _ doubt: Doubt?) -> Obstacle {
            var place = place
            place.chain = event.chain
            place.rule = event.rule
            return Obstacle(
                kind: kind,
                place: place,
                doubt: doubt,
                isUnlessAccepted: Obstacle.Kind(last.verdict) != nil
            )
        }
        let accepting = possible.first { Obstacle.Kind($0.verdict) == nil }
        if let kind = Obstacle.Kind(last.verdict) {
            if kind == .queue {
                return obstacle(kind, last, .unknown("the process that gets them"))
            }
            return obstacle(kind, last, accepting?.doubt)
        }
        for event in possible {
            // A firewall is there to keep some clients out.
            if case .client? = event.doubt { continue }
            guard let kind = Obstacle.Kind(event.verdict) else { continue }
            return obstacle(kind, event, event.doubt)
        }
        return nil
    }
}
