using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What becomes of a list, without any engine.</summary>
public static class StatusListRules
{
    private const int LargestList = StatusBlock.Size * StatusBlock.Bits / 8;

    /// <summary>As it is stored: all valid.</summary>
    public static string New { get; } = new StatusList(StatusBlock.Bits, StatusBlock.Size).Encode();

    public static StatusList Read(string stored) => StatusList.TryDecode(StatusBlock.Bits, stored, LargestList, out var list)
        ? list
        : throw new InvalidOperationException("A stored status list is none.");

    /// <summary>
    /// Null when nothing changes. What is invalid stays so (draft-ietf-oauth-status-list §7.1): a change that comes late, from before it was given
    /// up, does not bring it back.
    /// </summary>
    public static StatusList? Changed(string stored, ImmutableArray<StatusEntry> entries)
    {
        var list = Read(stored);
        var changes = false;
        foreach (var (index, status) in entries)
        {
            if (!list.TryGet(index, out var now) || now == TokenStatus.Invalid || now == TokenOf(status))
                continue;
            list.Set(index, TokenOf(status));
            changes = true;
        }

        return changes ? list : null;
    }

    private static TokenStatus TokenOf(CertificateStatus status) => status switch
    {
        CertificateStatus.Valid => TokenStatus.Valid,
        CertificateStatus.Suspended => TokenStatus.Suspended,
        _ => TokenStatus.Invalid,
    };
}
