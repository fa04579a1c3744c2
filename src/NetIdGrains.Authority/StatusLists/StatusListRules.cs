using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What becomes of a list, without any engine.</summary>
public static class StatusListRules
{
    /// <summary>Changes that are kept beside the list, before they are taken into it.</summary>
    public const int MostLater = 256;

    private const int LargestList = StatusBlock.Size * StatusBlock.Bits / 8;

    /// <summary>As it is stored: all valid.</summary>
    public static string New { get; } = new StatusList(StatusBlock.Bits, StatusBlock.Size).Encode();

    /// <summary>
    /// The list as it is now. What is invalid stays so (draft-ietf-oauth-status-list §7.1): a change that comes late, from before it was given up,
    /// does not bring it back.
    /// </summary>
    public static StatusList Read(StatusListState state)
    {
        if (!StatusList.TryDecode(StatusBlock.Bits, state.Statuses, LargestList, out var list))
            throw new InvalidOperationException("A stored status list is none.");
        foreach (var (index, status) in state.Later)
        {
            if (list.TryGet(index, out var now) && now != TokenStatus.Invalid)
                list.Set(index, TokenOf(status));
        }

        return list;
    }

    /// <summary>
    /// Null when nothing changes. The list itself, a quarter of a megabyte to inflate and to compress, is taken in hand only once in so many
    /// changes: somebody who freezes touches several lists.
    /// </summary>
    public static StatusListState? Changed(StatusListState state, ImmutableArray<StatusEntry> entries)
    {
        var later = state.Later;
        foreach (var (index, status) in entries)
        {
            if (index is >= 0 and < StatusBlock.Size && !(later.TryGetValue(index, out var known) && (known == status || known == CertificateStatus.Invalid)))
                later = later.SetItem(index, status);
        }

        if (later == state.Later)
            return null;
        var next = state with { Later = later };
        return later.Count < MostLater ? next : new StatusListState { Statuses = Read(next).Encode() };
    }

    private static TokenStatus TokenOf(CertificateStatus status) => status switch
    {
        CertificateStatus.Valid => TokenStatus.Valid,
        CertificateStatus.Suspended => TokenStatus.Suspended,
        _ => TokenStatus.Invalid,
    };
}
