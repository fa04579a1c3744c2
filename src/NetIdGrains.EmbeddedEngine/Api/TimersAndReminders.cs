using System.Diagnostics.CodeAnalysis;
using NetIdGrains.EmbeddedEngine;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain that reminders can wake. Reminders survive a restart; ticks missed while the authority was down are lost.</summary>
    public interface IRemindable : IGrain
    {
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    public static class GrainReminderExtensions
    {
        /// <summary>Registers or replaces a reminder: ticks at now + due and then on the fixed grid of the period (at least a minute).</summary>
        public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return grain.Context.Engine.Reminders.RegisterAsync(grain, reminderName, dueTime, period);
        }
    }
}

namespace Orleans.Runtime
{
    public interface IGrainTimer : IDisposable
    {
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    public readonly struct GrainTimerCreationOptions()
    {
        [SetsRequiredMembers]
        public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
            : this()
        {
            DueTime = dueTime;
            Period = period;
        }

        public required TimeSpan DueTime { get; init; }

        public required TimeSpan Period { get; init; }

        /// <summary>True: ticks may run while a call awaits. False (default): a tick waits its turn like a call.</summary>
        public bool Interleave { get; init; }

        /// <summary>True: ticks keep the activation from being collected as idle.</summary>
        public bool KeepAlive { get; init; }
    }

    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    /// <summary>When a reminder ticks. All times are UTC.</summary>
    public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        public DateTime FirstTickTime { get; } = firstTickTime;

        public TimeSpan Period { get; } = period;

        public DateTime CurrentTickTime { get; } = timeStamp;

        public override string ToString() => $"<{FirstTickTime:O}, {Period}, {CurrentTickTime:O}>";
    }
}
