namespace NetIdGrains.EmbeddedEngine;

/// <summary>Calls in the order they came, linked through themselves: an idle activation pays nothing for its empty lists.</summary>
internal struct RequestList
{
    private Request? _last;

    public Request? First { get; private set; }

    public readonly bool IsEmpty => First is null;

    public void Add(Request request)
    {
        if (_last is null)
            First = request;
        else
            _last.Next = request;
        _last = request;
    }

    public void Remove(Request request)
    {
        Request? previous = null;
        for (var candidate = First; candidate != request; candidate = candidate!.Next)
            previous = candidate;
        if (previous is null)
            First = request.Next;
        else
            previous.Next = request.Next;
        if (_last == request)
            _last = previous;
        request.Next = null;
    }

    /// <summary>Takes all calls out.</summary>
    public List<Request> Drain()
    {
        var all = new List<Request>();
        while (First is { } request)
        {
            Remove(request);
            all.Add(request);
        }

        return all;
    }
}
